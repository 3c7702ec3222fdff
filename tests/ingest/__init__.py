"""Is what cannot be right refused at the door, with file, row and column?"""
