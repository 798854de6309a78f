"""What is measured: one small file per family of instances, each with a tuple `INSTANCES`."""
