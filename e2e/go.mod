module github.com/tenonapi/tenon/e2e

go 1.26

require github.com/tenonapi/tenon v0.0.0

replace github.com/tenonapi/tenon => ../
