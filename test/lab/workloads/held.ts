/** A Deployment whose one pod fits on w1 alone. */
export const HELD = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: held, namespace: demo }
spec:
  replicas: 1
  selector: { matchLabels: { app: held } }
  template:
    metadata: { labels: { app: held } }
    spec:
      nodeSelector: { kubernetes.io/hostname: w1 }
      containers: [{ name: web, image: "registry.k8s.io/lab/web:1" }]
`;

/** A budget that lets that pod never go. */
export const HELD_BUDGET = `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: held, namespace: demo }
spec: { minAvailable: 1, selector: { matchLabels: { app: held } } }
`;
