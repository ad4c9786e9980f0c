# due 0: an empty file
