"""Tables as text, before anything is known of their meaning.

``text_table`` reads a CSV with every cell as text and every fault with its row. Rooms that
take files in (ingest, footprint, grade) share it; it knows no domain.
"""
