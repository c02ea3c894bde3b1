package methods

const bogus Status = "bogus" // for tests only

const Bogus Status = "Bogus"
