"""Relaxations of a tier: prices, a bound and fractional people."""
