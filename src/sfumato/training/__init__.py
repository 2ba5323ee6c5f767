"""Training: packages → assets → scenes → denoiser → checkpoint → snapshot. Imports torch."""
