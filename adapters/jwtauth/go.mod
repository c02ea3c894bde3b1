module github.com/tenonapi/tenon/adapters/jwtauth

go 1.26

require (
	github.com/golang-jwt/jwt/v5 v5.3.1
	github.com/tenonapi/tenon v0.0.0
)

replace github.com/tenonapi/tenon => ../..
