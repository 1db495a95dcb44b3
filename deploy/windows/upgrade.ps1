<#
.SYNOPSIS
    Replaces the program of an installed service by the one in this package, and takes it back if it does not get ready.
.DESCRIPTION
    Run from the unpacked new package, in an elevated PowerShell. Configuration, store and checkpoints stay; the store is
    copied first, because a newer version may bring it to a newer form that the older one refuses.
.PARAMETER HealthUrl
    Address that answers 200 when the service works; give it where the configuration changes port or TLS.
.PARAMETER KeepStoreCopy
    Keeps the copy of the store after a good upgrade.
#>
#Requires -Version 5.1
#Requires -RunAsAdministrator
[CmdletBinding()]
param(
    [string] $AppFolder = (Join-Path $env:ProgramFiles 'ccmtrace'),
    [string] $DataFolder = (Join-Path $env:ProgramData 'ccmtrace'),
    [string] $HealthUrl = 'http://127.0.0.1:4319/healthz',
    [switch] $KeepStoreCopy
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot 'Ccmtrace.psm1') -Force

$package = Split-Path (Split-Path $PSScriptRoot)
if (-not (Get-Service -Name ccmtrace -ErrorAction SilentlyContinue)) { throw 'There is no service ccmtrace to upgrade: use install.ps1.' }
$previous = "$AppFolder.previous"
$store = Join-Path $DataFolder 'store'
$storeCopy = Join-Path $DataFolder 'store.previous'

Stop-CcmtraceService
foreach ($old in $previous, $storeCopy) {
    if (Test-Path $old) { Remove-Item -Path $old -Recurse -Force }
}
Rename-Item -Path $AppFolder -NewName (Split-Path $previous -Leaf)
if (Test-Path $store) { Copy-Item -Path $store -Destination $storeCopy -Recurse }

try {
    Copy-Application -From $package -To $AppFolder -Shawl (Join-Path $previous 'shawl.exe')
    Start-CcmtraceService
    if (-not (Test-CcmtraceHealth -Url $HealthUrl)) { throw 'The new version was not ready after a minute.' }
}
catch {
    $reason = $_.Exception.Message
    Stop-CcmtraceService
    if (Test-Path $AppFolder) { Remove-Item -Path $AppFolder -Recurse -Force }
    Rename-Item -Path $previous -NewName (Split-Path $AppFolder -Leaf)
    if (Test-Path $storeCopy) {
        Remove-Item -Path $store -Recurse -Force
        Rename-Item -Path $storeCopy -NewName (Split-Path $store -Leaf)
    }
    Start-CcmtraceService
    Write-CcmtraceEvent -Id 4 -Type Warning -Message "The upgrade of ccmtrace was taken back: $reason"
    throw "The upgrade was taken back and the earlier version runs again: $reason"
}

Remove-Item -Path $previous -Recurse -Force
if (-not $KeepStoreCopy -and (Test-Path $storeCopy)) { Remove-Item -Path $storeCopy -Recurse -Force }
Write-CcmtraceEvent -Id 2 -Message "ccmtrace in $AppFolder was upgraded."
Write-Host 'ccmtrace was upgraded and is ready.'
