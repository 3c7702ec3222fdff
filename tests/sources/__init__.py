"""Does every source hand over what its publisher printed, with the evidence for it?"""
