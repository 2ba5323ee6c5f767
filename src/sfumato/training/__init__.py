"""Training: packages → assets → scenes → batches → denoiser → checkpoint → snapshot. Imports torch."""
