"""The addresses, one file for each group. They translate; they decide nothing."""
