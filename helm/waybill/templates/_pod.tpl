{{/* Pods that the profile "restricted" of Pod Security admits. */}}
{{- define "waybill.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "waybill.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "waybill.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* One pod of the provisioner: (dict "root" $ "name" "provision" "args" (list …) "environment" (list …) "secrets" "name"). */}}
{{- define "waybill.provisionerJob" -}}
{{- $root := .root -}}
backoffLimit: 3
activeDeadlineSeconds: {{ add $root.Values.provision.seconds 600 }}
ttlSecondsAfterFinished: 86400
template:
  metadata:
    labels:
      {{- include "waybill.labels" . | nindent 6 }}
  spec:
    restartPolicy: Never
    automountServiceAccountToken: false
    enableServiceLinks: false
    {{- include "waybill.pullSecrets" $root | nindent 4 }}
    securityContext:
      {{- include "waybill.podSecurity" $root | nindent 6 }}
    containers:
      - name: {{ .name }}
        image: {{ include "waybill.image" $root }}
        imagePullPolicy: {{ $root.Values.image.pullPolicy }}
        args: {{ toJson .args }}
        securityContext:
          {{- include "waybill.containerSecurity" $root | nindent 10 }}
        env:
          - name: WAYBILL_SECRETS_DIR
            value: /run/secrets/waybill
          - name: WAYBILL_NATS_URL
            value: {{ $root.Values.nats.url | quote }}
          - name: WAYBILL_PROVISION_SECONDS
            value: {{ $root.Values.provision.seconds | quote }}
          {{- toYaml .environment | nindent 10 }}
          {{- include "waybill.caEnvironment" $root | nindent 10 }}
        resources:
          {{- toYaml $root.Values.provision.resources | nindent 10 }}
        volumeMounts:
          - name: secrets
            mountPath: /run/secrets/waybill
            readOnly: true
          {{- include "waybill.caMount" $root | nindent 10 }}
    volumes:
      - name: secrets
        secret:
          secretName: {{ include "waybill.secretName" $root }}
          defaultMode: 0440
      {{- include "waybill.caVolume" $root | nindent 6 }}
{{- end -}}
