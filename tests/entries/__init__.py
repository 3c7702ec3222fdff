"""Every declared check, planted once at every entry: workbook, source, Python."""
