"""Prices, the exact bounds that they prove, and the cases of a tier's certificate."""
