"""What people run beside the product: the demo, the benchmark."""
