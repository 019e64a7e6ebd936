{{/*
Everything that one service has: (dict "root" $ "name" "auth" "values" .Values.auth). The name is the folder below
services/, the NATS user, and with "_" for "-" the database role and schema.
*/}}
{{- define "waybill.component" -}}
{{- $fullname := printf "%s-%s" (include "waybill.fullname" .root) .name -}}
{{- if not (hasKey (.root.Files.Get "files/bus-permissions.json" | fromJson) .name) -}}
{{- fail (printf "This version of Waybill has no service %s: there is no such user in files/bus-permissions.json." .name) -}}
{{- end -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $fullname }}
  labels:
    {{- include "waybill.labels" . | nindent 4 }}
automountServiceAccountToken: false
---
{{ include "waybill.deployment" . }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $fullname }}
  labels:
    {{- include "waybill.labels" . | nindent 4 }}
spec:
  {{- include "waybill.disruptionBudget" .values.disruptionBudget | nindent 2 }}
  selector:
    matchLabels:
      {{- include "waybill.selector" . | nindent 6 }}
{{- if .values.autoscaling.enabled }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ $fullname }}
  labels:
    {{- include "waybill.labels" . | nindent 4 }}
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: {{ $fullname }} }
  minReplicas: {{ .values.autoscaling.minReplicas }}
  maxReplicas: {{ .values.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: { type: Utilization, averageUtilization: {{ .values.autoscaling.cpuPercent }} }
{{- end }}
{{- if .root.Values.networkPolicy.enabled }}
---
{{ include "waybill.networkPolicy" . }}
{{- end }}
{{- end -}}

{{/* Kubernetes takes one of the two; the default of values.yaml is there beside what somebody has set. */}}
{{- define "waybill.disruptionBudget" -}}
{{- if hasKey . "minAvailable" -}}
minAvailable: {{ .minAvailable }}
{{- else -}}
maxUnavailable: {{ .maxUnavailable }}
{{- end -}}
{{- end -}}
