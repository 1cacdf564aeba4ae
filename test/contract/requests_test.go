package contract_test

import "fmt"

// requests prints what calls took of the table.
func (w *world) requests() {
	for id, list := range w.tally {
		fmt.Println(w.ops[id].Spec.Method, id, list)
	}
}
