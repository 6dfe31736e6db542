"""Calls over bad links: real browsers in network namespaces that an emulated link joins."""
