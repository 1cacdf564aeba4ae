package e2e_test

import "testing"

func startAWS(t *testing.T) runtime { return startEmbedded(t) }
