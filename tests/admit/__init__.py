"""Does what enters the library enter by a rule, and what is kept out hear every reason?"""
