"""Do the shipped reference seeds agree with the standards they cite?"""
