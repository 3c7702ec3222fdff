"""The workbook desk: templates handed out, workbooks taken in, checked and given back.

Belongs here: templates generated from the declarations, reading what enterprises and
institutes hand in, judging it rule group by rule group, the returned workbook. Does not
belong here: published data sets (``ingest``), decisions about candidates (``admit``).
"""
