package assert

import (
	"fmt"
	"strings"
)

const (
	shortLine    = 160     // bytes up to which a one-line value is printed whole
	contextLines = 3       // equal lines shown around a difference
	maxCells     = 4 << 20 // table size above which lines are compared by position
)

// explain says how two different values, given as text, differ.
func explain(got, want string) string {
	if got == want {
		return "got and want print alike but are not deeply equal (a func, NaN or unexported state):\n" + got
	}
	if !strings.Contains(got+want, "\n") {
		if len(got)+len(want) <= 2*shortLine {
			return fmt.Sprintf("got:  %s\nwant: %s", got, want)
		}
		return excerpt(got, want)
	}
	return "difference (- want, + got):\n" + diff(strings.Split(want, "\n"), strings.Split(got, "\n"))
}

// excerpt shows where two long one-line texts begin to differ.
func excerpt(got, want string) string {
	at := 0
	for at < len(got) && at < len(want) && got[at] == want[at] {
		at++
	}
	from := max(0, at-shortLine/4)
	cut := func(s string) string {
		return s[from:min(len(s), from+shortLine)]
	}
	return fmt.Sprintf("the printed values (%d and %d bytes) differ from byte %d on; from byte %d:\ngot:  …%s\nwant: …%s",
		len(got), len(want), at, from, cut(got), cut(want))
}

// An edit is a line with its mark: ' ' in both, '-' only in the first text, '+' only in the second.
type edit struct {
	mark byte
	line string
}

// diff prints the lines in which a and b differ and the lines around them.
func diff(a, b []string) string {
	edits := compare(a, b)
	var out strings.Builder
	shown := 0 // edits before this index are printed or skipped
	for i, e := range edits {
		if e.mark == ' ' {
			continue
		}
		from, to := max(shown, i-contextLines), min(len(edits), i+contextLines+1)
		if from > shown {
			out.WriteString("  …\n")
		}
		for ; from < to; from++ {
			fmt.Fprintf(&out, "%c %s\n", edits[from].mark, edits[from].line)
		}
		shown = max(shown, to)
	}
	if shown < len(edits) {
		out.WriteString("  …\n")
	}
	return out.String()
}

// compare returns a shortest list of edits that turns a into b.
func compare(a, b []string) []edit {
	var edits []edit
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		edits = append(edits, edit{' ', a[0]})
		a, b = a[1:], b[1:]
	}
	if len(a)*len(b) > maxCells { // too large for the table: everything differs
		for _, line := range a {
			edits = append(edits, edit{'-', line})
		}
		for _, line := range b {
			edits = append(edits, edit{'+', line})
		}
		return edits
	}
	// common[i][j] is the length of the longest common subsequence of a[i:] and b[j:].
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			edits = append(edits, edit{' ', a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			edits = append(edits, edit{'-', a[i]})
			i++
		default:
			edits = append(edits, edit{'+', b[j]})
			j++
		}
	}
	return edits
}
