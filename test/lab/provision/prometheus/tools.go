//go:build tools

// Package tools pins the programs that provisioning builds; go.sum is the lock of their sums.
package tools

import (
	_ "github.com/prometheus/prometheus/cmd/prometheus"
	_ "github.com/prometheus/prometheus/cmd/promtool"
)
