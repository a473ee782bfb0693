"""What a plugin author runs: the grid city, slow twins of kernels, contract tests."""
