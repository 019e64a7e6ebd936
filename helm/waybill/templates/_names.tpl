{{- define "waybill.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "waybill.secretName" -}}
{{- default (printf "%s-secrets" (include "waybill.fullname" .)) .Values.secrets.existingSecret -}}
{{- end -}}

{{- define "waybill.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* What selects the pods of one component: (dict "root" $ "name" "auth"). */}}
{{- define "waybill.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{- define "waybill.labels" -}}
{{ include "waybill.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: waybill
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{/* Whether a component has to do with package bytes: what it does not need, it is not given. */}}
{{- define "waybill.usesStore" -}}
{{- if ne .name "search" -}}yes{{- end -}}
{{- end -}}

{{/* Whether a component speaks to addresses that people have named. */}}
{{- define "waybill.speaksOutside" -}}
{{- if eq .name "notifications" -}}yes{{- end -}}
{{- end -}}
