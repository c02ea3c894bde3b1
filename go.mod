module github.com/tenonapi/tenon

go 1.26
