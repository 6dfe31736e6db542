"""What is done beside the serving: rounds of the worker."""
