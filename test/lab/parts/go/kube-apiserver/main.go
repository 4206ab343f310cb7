// kube-apiserver and kubectl in one binary: enough to test against a real API.
package main

import (
	"kubestair.lab/parts/dispatch"

	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	dispatch.Main(map[string]func() int{
		"kube-apiserver": func() int { return cli.Run(apiserver.NewAPIServerCommand()) },
		"kubectl":        runKubectl,
	})
}

func runKubectl() int {
	if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
	}
	return 0
}
