package graph

// Inputs calls yield with every parameter struct, in the order of [Frame.Input],
// until it returns false.
func (f *Frame) Inputs(yield func(in any) bool) {
	for i := range len(f.nodes) + len(f.stages) {
		if !yield(f.Input(i)) {
			return
		}
	}
}
