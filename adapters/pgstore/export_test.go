package pgstore

// ClaimStatement is the one whose costs tests look at.
const ClaimStatement = claim
