package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// ruleRows is the highest number of each series of rules: the sections A to K of the checklist
// that the project was specified with, and the table of defects seen in peers.
var ruleRows = map[string]int{
	"A": 18, "B": 9, "C": 25, "D": 16, "E": 12, "F": 6, "G": 9, "H": 6, "I": 10, "J": 14, "K": 6,
	"PEERS ": 31,
}

var (
	ruleID   = regexp.MustCompile(`^([A-K]|PEERS )([1-9][0-9]*)(b?)$`)
	ruleTest = regexp.MustCompile("^`(\\./[^ `]*|\\.) ((?:Test|Fuzz|Example)[^ /`]*)(/[^`]*)?`$")
)

// A rule is a row of docs/rules.md.
type rule struct {
	line  int // from 1
	id    string
	text  string
	tests []string // as they are written
}

// parseRules reads the first table with the columns row, rule and test in a Markdown text. Several
// tests of one rule are separated by commas.
func parseRules(markdown string) ([]rule, error) {
	var rules []rule
	table := false
	for number, line := range strings.Split(markdown, "\n") {
		cells, ok := tableCells(line)
		switch {
		case !ok && table:
			return rules, nil
		case !ok:
		case !table:
			table = len(cells) == 3 && cells[0] == "row" && cells[1] == "rule" && cells[2] == "test"
		case strings.Trim(strings.Join(cells, ""), "-: ") == "": // the line below the header
		case len(cells) != 3:
			return nil, fmt.Errorf("line %d: %d columns, want 3", number+1, len(cells))
		default:
			r := rule{line: number + 1, id: cells[0], text: cells[1]}
			for test := range strings.SplitSeq(cells[2], ",") {
				r.tests = append(r.tests, strings.TrimSpace(test))
			}
			rules = append(rules, r)
		}
	}
	if !table {
		return nil, fmt.Errorf("no table with the columns row, rule and test")
	}
	return rules, nil
}

// tableCells splits a line of a Markdown table.
func tableCells(line string) ([]string, bool) {
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, "|") || !strings.HasSuffix(line, "|") || len(line) < 2 {
		return nil, false
	}
	line = strings.ReplaceAll(line[1:len(line)-1], `\|`, "\x00")
	cells := strings.Split(line, "|")
	for i, cell := range cells {
		cells[i] = strings.TrimSpace(strings.ReplaceAll(cell, "\x00", "|"))
	}
	return cells, true
}

// checkRules returns one line for each mistake in the rules: an unknown or repeated row, a rule
// without text, a test that does not exist.
func checkRules(r *repo, rules []rule) ([]string, error) {
	var mistakes []string
	seen := map[string]int{} // line by id
	found := map[string]map[string]bool{}
	for _, rule := range rules {
		report := func(format string, args ...any) {
			mistakes = append(mistakes, fmt.Sprintf("line %d: row %q: ", rule.line, rule.id)+fmt.Sprintf(format, args...))
		}
		if !knownRule(rule.id) {
			report("not a row of the checklist (A1 to K%d) or of the peers' table (PEERS 1 to PEERS %d)", ruleRows["K"], ruleRows["PEERS "])
		}
		if first, ok := seen[rule.id]; ok {
			report("already in line %d", first)
		} else {
			seen[rule.id] = rule.line
		}
		if rule.text == "" {
			report("no rule")
		}
		for _, test := range rule.tests {
			match := ruleTest.FindStringSubmatch(test)
			if match == nil {
				report("test %q, want `./dir TestName`", test)
				continue
			}
			dir := path.Clean(match[1])
			if dir == "." {
				dir = ""
			}
			if found[dir] == nil {
				names, err := testNames(r, dir)
				if err != nil {
					return nil, err
				}
				found[dir] = names
			}
			if !found[dir][match[2]] {
				report("no function %s in the test files of %s", match[2], match[1])
			}
		}
	}
	return mistakes, nil
}

// knownRule reports whether a series has a row of this number. C17b is the only one with a letter.
func knownRule(id string) bool {
	match := ruleID.FindStringSubmatch(id)
	if match == nil || match[3] != "" && id != "C17b" {
		return false
	}
	number, err := strconv.Atoi(match[2])
	return err == nil && number <= ruleRows[match[1]]
}

// testNames returns the functions in the test files of a folder.
func testNames(r *repo, dir string) (map[string]bool, error) {
	names := map[string]bool{}
	g := r.packages[dir]
	if g == nil {
		return names, nil
	}
	for _, name := range g.tests {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(r.root, dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil {
				names[f.Name.Name] = true
			}
		}
	}
	return names, nil
}
