"""Documents with receipts: the answer on paper, in words and pictures, and the means to make every number again."""
