"""Room 1, ingest: from a publisher's file to candidate factors with evidence.

``seed_folder`` reads a source's folder (identity, rights, hashes, corrections);
``harvest`` collects the rows a source yields;
``cited_facts`` maps the layout in which cited figures are kept.
"""
