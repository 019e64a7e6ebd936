{{- define "waybill.deployment" -}}
{{- $root := .root -}}
{{- $fullname := printf "%s-%s" (include "waybill.fullname" $root) .name -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $fullname }}
  labels:
    {{- include "waybill.labels" . | nindent 4 }}
spec:
  {{- if not .values.autoscaling.enabled }}
  replicas: {{ .values.replicas }}
  {{- end }}
  revisionHistoryLimit: 3
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  selector:
    matchLabels:
      {{- include "waybill.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "waybill.labels" . | nindent 8 }}
      {{- if $root.Values.metrics.annotations }}
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "9090"
        prometheus.io/path: /metrics
      {{- end }}
    spec:
      serviceAccountName: {{ $fullname }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: 90
      {{- include "waybill.pullSecrets" $root | nindent 6 }}
      securityContext:
        {{- include "waybill.podSecurity" $root | nindent 8 }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "waybill.selector" . | nindent 14 }}
      {{- with .values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .values.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .name }}
          image: {{ include "waybill.image" $root }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          args: [services/{{ .name }}/dist/main.js]
          securityContext:
            {{- include "waybill.containerSecurity" $root | nindent 12 }}
          env:
            {{- include "waybill.environment" . | nindent 12 }}
          ports:
            {{- if eq .name "gateway" }}
            - { name: http, containerPort: 8080 }
            {{- end }}
            - { name: health, containerPort: 9090 }
          # The health port opens when bus, store and database are there and migrated.
          startupProbe:
            httpGet: { path: /livez, port: health }
            periodSeconds: 2
            failureThreshold: 150
          livenessProbe:
            httpGet: { path: /livez, port: health }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 3
          readinessProbe:
            httpGet: { path: /readyz, port: health }
            periodSeconds: 5
            timeoutSeconds: 5
            failureThreshold: 2
          {{- if eq .name "gateway" }}
          # Until the Service has stopped sending new connections here.
          lifecycle:
            preStop:
              exec: { command: [sleep, "5"] }
          {{- end }}
          resources:
            {{- toYaml .values.resources | nindent 12 }}
          volumeMounts:
            - { name: tmp, mountPath: /tmp }
            {{- if and (include "waybill.usesStore" .) (eq $root.Values.store.driver "fs") }}
            - { name: store, mountPath: /var/lib/waybill/store }
            {{- end }}
            {{- include "waybill.caMount" $root | nindent 12 }}
      volumes:
        - name: tmp
          emptyDir: {}
        {{- if and (include "waybill.usesStore" .) (eq $root.Values.store.driver "fs") }}
        - name: store
          persistentVolumeClaim:
            claimName: {{ $root.Values.store.fs.existingClaim }}
        {{- end }}
        {{- include "waybill.caVolume" $root | nindent 8 }}
{{- end -}}
