//go:build tools

// Package tools pins the program that provisioning builds; go.sum is the lock of its sums.
package tools

import (
	_ "github.com/grafana/loki/v3/clients/cmd/promtail"
)
