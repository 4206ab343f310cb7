// What kubeadm itself says: of versions (`policy`) and of Corefiles (`corefile`). Reads a JSON list of questions from standard input
// and writes the list of answers, so that one start answers a whole grid. `plugins` writes what it knows of CoreDNS's plugins.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/coredns/corefile-migration/migration"
	"kubestair.lab/parts/dispatch"

	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/kubernetes/cmd/kubeadm/app/phases/upgrade"
)

func main() {
	dispatch.Main(map[string]func() int{
		"policy":   func() int { return answerAll(policy) },
		"corefile": func() int { return answerAll(corefile) },
		"plugins":  func() int { return answer(os.Stdout, releases()) },
	})
}

func answerAll[Question, Answer any](find func(Question) Answer) int {
	// kubeadm prints what it looks at.
	out := os.Stdout
	os.Stdout = os.Stderr
	var questions []Question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	answers := make([]Answer, 0, len(questions))
	for _, question := range questions {
		answers = append(answers, find(question))
	}
	return answer(out, answers)
}

func answer(out *os.File, value any) int {
	if err := json.NewEncoder(out).Encode(value); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

type policyQuestion struct {
	Cluster      string   `json:"cluster"`
	Kubeadm      string   `json:"kubeadm"`
	Kubelets     []string `json:"kubelets"`
	Target       string   `json:"target"`
	Experimental bool     `json:"experimental"`
	RC           bool     `json:"rc"`
}

type policyAnswer struct {
	Mandatory []string `json:"mandatory"`
	Skippable []string `json:"skippable"`
}

func policy(question policyQuestion) policyAnswer {
	errs := upgrade.EnforceVersionPolicies(question, question.Target, version.MustParseSemantic(question.Target),
		question.Experimental, question.RC)
	if errs == nil {
		return policyAnswer{Mandatory: []string{}, Skippable: []string{}}
	}
	return policyAnswer{Mandatory: texts(errs.Mandatory), Skippable: texts(errs.Skippable)}
}

func (q policyQuestion) ClusterVersion() (string, *version.Version, error) {
	return q.Cluster, version.MustParseSemantic(q.Cluster), nil
}

func (q policyQuestion) KubeadmVersion() (string, *version.Version, error) {
	return q.Kubeadm, version.MustParseSemantic(q.Kubeadm), nil
}

func (q policyQuestion) VersionFromCILabel(string, string) (string, *version.Version, error) {
	return "", nil, errors.New("labels are not asked for")
}

func (q policyQuestion) KubeletVersions() (map[string][]string, error) {
	versions := map[string][]string{}
	for _, each := range q.Kubelets {
		versions[each] = append(versions[each], "node")
	}
	return versions, nil
}

func (q policyQuestion) ComponentVersions(string) (map[string][]string, error) {
	return map[string][]string{q.Cluster: {"node"}}, nil
}

func (q policyQuestion) DNSAddonVersion() (string, error) {
	return "", errors.New("add-ons are not asked for")
}

type corefileQuestion struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Corefile string `json:"corefile"`
}

type corefileAnswer struct {
	// Plugins and options that kubeadm does not know how to migrate.
	Unsupported []string `json:"unsupported"`
	// Why it cannot say, or cannot migrate.
	Error string `json:"error"`
}

// The two checks of kubeadm's preflight: cmd/kubeadm/app/phases/upgrade/preflight.go.
func corefile(question corefileQuestion) corefileAnswer {
	answer := corefileAnswer{Unsupported: []string{}}
	notices, err := migration.Unsupported(question.From, question.To, question.Corefile)
	if err != nil {
		answer.Error = err.Error()
		return answer
	}
	for _, notice := range notices {
		answer.Unsupported = append(answer.Unsupported, strings.TrimSuffix(notice.Plugin+" "+notice.Option, " "))
	}
	if _, err := migration.Migrate(question.From, question.To, question.Corefile, false); err != nil {
		answer.Error = err.Error()
	}
	return answer
}

// A release of CoreDNS as kubeadm's library of migrations knows it.
type dnsRelease struct {
	Version string `json:"version"`
	// The release after it; empty for the last one.
	Next    string      `json:"next"`
	Plugins []dnsPlugin `json:"plugins"`
}

type dnsPlugin struct {
	Name     string   `json:"name"`
	Options  []string `json:"options"`
	Patterns []string `json:"patterns"`
}

// The library keeps its table to itself, so it is read by reflection.
func releases() []dnsRelease {
	found := []dnsRelease{}
	versions := reflect.ValueOf(migration.Versions)
	for _, version := range keys(versions) {
		release := versions.MapIndex(reflect.ValueOf(version))
		plugins := release.FieldByName("plugins")
		own := []dnsPlugin{}
		for entry := plugins.MapRange(); entry.Next(); {
			own = append(own, dnsPlugin{
				Name:     entry.Key().String(),
				Options:  keys(entry.Value().FieldByName("namedOptions")),
				Patterns: keys(entry.Value().FieldByName("patternOptions")),
			})
		}
		slices.SortFunc(own, func(a, b dnsPlugin) int { return strings.Compare(a.Name, b.Name) })
		found = append(found, dnsRelease{Version: version, Next: release.FieldByName("nextVersion").String(), Plugins: own})
	}
	return found
}

func keys(of reflect.Value) []string {
	found := []string{}
	for entry := of.MapRange(); entry.Next(); {
		found = append(found, entry.Key().String())
	}
	slices.Sort(found)
	return found
}

func texts(errs []error) []string {
	found := make([]string, 0, len(errs))
	for _, err := range errs {
		found = append(found, err.Error())
	}
	return found
}
