"""The only room with a memory: it finds what there is, plans what is needed, runs it, keeps the answers and their receipts."""
