"""The lab's folder on disk: immutable objects, cities as manifests over them, scenarios, answers and their receipts."""
