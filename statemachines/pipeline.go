// Package statemachines holds the definitions that Step Functions and the embedded
// interpreter run.
package statemachines

import _ "embed"

// Pipeline is the run of a site through the seven stages.
//
//go:embed pipeline.asl.json
var Pipeline []byte
