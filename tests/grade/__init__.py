"""Do grades say what their rules say, and nothing that an owner may not have said?"""
