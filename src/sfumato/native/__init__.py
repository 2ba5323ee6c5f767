"""Our own model: plan, draft, paint. ONNX Runtime and NumPy; knows nothing of HTTP or jobs."""
