"""A policy's aims one after the other, in the parts into which plans fall."""
