"""Finding records that may be one person: what is compared, the model, and Splink that scores."""
