module github.com/tenonapi/tenon/docsui

go 1.26

require github.com/tenonapi/tenon v0.0.0

require github.com/swaggest/swgui v1.8.5

replace github.com/tenonapi/tenon => ../
