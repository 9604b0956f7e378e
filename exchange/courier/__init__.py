"""Taking messages out of the house: what is due in the outbox, by the carrier the settings name."""
