"""The form of everything the JSON door takes and gives. Only form is checked here; what it means, the desk decides."""
