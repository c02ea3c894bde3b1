package apps

// All returns the applications, by area.
func All() []App {
	var list []App
	for _, area := range [][]App{
		parameters(),
		zoo(),
		forms(),
		requestParams(),
		bodies(),
		responses(),
		custom(),
		streams(),
		documents(),
		routing(),
	} {
		list = append(list, area...)
	}
	return list
}
