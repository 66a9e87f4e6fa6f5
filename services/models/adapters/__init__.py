"""What touches files, onnxruntime, llama.cpp and package indexes."""
