"""The words of the house: types without input or output. Import the module you need; nothing is re-exported here."""
