/** A certificate authority that signed nothing, and whose key is nowhere. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBgTCCASegAwIBAgIUMa0cxicI/MSFoff8kC514xAcYOswCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKa3ViZXJuZXRlczAgFw0yNjExMjcxMzM2NDNaGA8yMTI2MTEw
MzEzMzY0M1owFTETMBEGA1UEAwwKa3ViZXJuZXRlczBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABBi3lNdZkRvWgh5Apk717S7sbT+6kNER/oCsRwqvRZ2SZJgSbLBm
HuxFLzxS1dTy7jmeAu21qHmEQ4sGA9oYXx6jUzBRMB0GA1UdDgQWBBRhNqxDDaEy
sHHAYCtzQOvbCMeT/zAfBgNVHSMEGDAWgBRhNqxDDaEysHHAYCtzQOvbCMeT/zAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIFZQrhCuUy8zQWkEeIlB
fDWWfOEmrDcI1gnbYFf/MK4oAiEAi+HuitsGmw+ML0qT5nv+7IfdvveMifLwXMJi
tlzPW18=
-----END CERTIFICATE-----
`;

/** What kubeadm publishes of a cluster in ConfigMap kube-public/cluster-info. */
export const CLUSTER_INFO = JSON.stringify({
  clusters: [
    {
      name: '',
      cluster: {
        server: 'https://10.0.0.1:6443',
        'certificate-authority-data': Buffer.from(CERTIFICATE).toString('base64'),
      },
    },
  ],
});
