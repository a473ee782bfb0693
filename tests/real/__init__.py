"""The whole chain on real cities, against numbers others have published."""
