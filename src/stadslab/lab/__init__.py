"""The only room with a memory: it finds what there is, plans what is needed, runs it, keeps answers and receipts."""
