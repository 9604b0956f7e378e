"""The JSON door under schemathesis, against a running server: `make fuzz-api`, and a small budget in every test run."""
